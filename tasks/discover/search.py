"""The place where a search engine can be plugged in: which addresses may hold what an entry means?

workscited searches nowhere by itself. To plug a search in, write a function

    def search(reference: Reference) -> Sequence[str]

in a module that can be imported, and name it in the setting: ``search = "package.module:function"``. It
gets an entry of a works-cited list that no address, feed or sitemap led to a page, and returns addresses to
try, the likeliest first, or none. They are asked for as any address is, under the same guards; whether a page
that comes back is the one that the entry means is decided by its title, outlet and date, not by the search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from tasks.errors import SettingsError
from tasks.model import Reference

Search = Callable[[Reference], Sequence[str]]


def no_search(_reference: Reference) -> Sequence[str]:
    """Return no address for any reference: the search that stands until another is named."""
    return ()


def load_search(name: str) -> Search:
    """Return the search that a setting names as "package.module:function"; :func:`no_search` for "".

    Raises:
        SettingsError: for a name of another form, a module that does not import, and what is no function.
    """
    if not name.strip():
        return no_search
    module_name, colon, function_name = name.strip().partition(":")
    names = (*module_name.split("."), function_name)
    if not colon or not all(part.isidentifier() for part in names):
        raise SettingsError(f'search = "{name}": it has to read "package.module:function"')
    try:
        module = import_module(module_name)
    # A user's module can fail in any way when it is imported.
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise SettingsError(f'search = "{name}": {module_name} cannot be imported ({why})') from error
    function = getattr(module, function_name, None)
    if not callable(function):
        raise SettingsError(f'search = "{name}": {module_name} has no function {function_name}')
    search: Search = function
    return search
