"""Which stage writes which tables, and what their columns are in Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from tasks.store.text import storable

if TYPE_CHECKING:
    import pyarrow as pa

# In the order of the pipeline: what follows a stage here was made out of what the stage wrote.
STAGE_TABLES: Mapping[str, tuple[str, ...]] = {
    "acquire": ("raws", "locations"),
    "fetch": ("raws", "locations", "pages", "fetches", "addresses", "hosts"),
    # Not among the later stages, though it follows segment: that a version was sound must outlive it.
    "weigh": (),
    "lookup": (),
    "search": (),
    "extract": ("extracts",),
    "normalize": ("documents", "blocks", "marks"),
    "segment": ("sentences",),
    "cite": ("articles", "references", "citations", "claims", "quotes"),
    "resolve": ("resolutions",),
    "link": ("links",),
    "judge": ("verdicts", "findings"),
}

# Stages that say where documents lie. Their items are places, and places that they drop have rows too.
PLACING_STAGES = ("acquire", "fetch")
# Reasons for which what was got of a page is no source and lies nowhere; sql/writes/locations.sql names them.
NO_PLACE = frozenset({"thin", "soft_not_found"})
# The column that names the item in the tables of all other stages.
ITEM_COLUMN = "document_id"


def later_stages(stage: str) -> tuple[str, ...]:
    """Return the stages that follow ``stage``, in order."""
    stages = tuple(STAGE_TABLES)
    return stages[stages.index(stage) + 1 :]


@cache
def schemas() -> Mapping[str, pa.Schema]:
    """Return the Arrow schema of each table that Python writes. A test holds them against the database's."""
    import pyarrow as pa

    kinds = _kinds()
    return {
        table: pa.schema([pa.field(*_column(column, kinds)) for column in columns.split()])
        for table, columns in _COLUMNS.items()
    }


def arrow(table: str, rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Return ``rows``, each a sequence in the order of the table's columns, as the Arrow table ``table``."""
    import pyarrow as pa

    schema = schemas()[table]
    columns = list(zip(*rows, strict=True)) or [() for _ in schema]
    arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    try:
        return pa.array(values, type=kind)
    # Lone surrogates are rare: look for them only where UTF-8 has refused some.
    except UnicodeEncodeError:
        return pa.array([storable(value) for value in values], type=kind)


def _column(column: str, kinds: Mapping[str, pa.DataType]) -> tuple[str, pa.DataType]:
    name, _, kind = column.partition(":")
    return name, kinds[kind or "text"]


def _kinds() -> dict[str, pa.DataType]:
    import pyarrow as pa

    text, integer = pa.string(), pa.int32()
    span = [pa.field("kind", text), pa.field("start_at", integer), pa.field("end_at", integer)]
    block = pa.struct([*span, pa.field("level", integer), pa.field("label", text)])
    mark = pa.struct([*span, pa.field("target", text)])
    return {
        "text": text,
        "texts": pa.list_(text),
        "int": integer,
        "ints": pa.list_(integer),
        "long": pa.int64(),
        "real": pa.float64(),
        "bool": pa.bool_(),
        "time": pa.timestamp("us"),
        "bytes": pa.binary(),
        "blocks": pa.list_(block),
        "marks": pa.list_(mark),
        "counts": pa.map_(text, pa.int64()),
        "reals": pa.map_(text, pa.float64()),
    }


# name:kind, the kind left out for text.
_COLUMNS: Mapping[str, str] = {
    "runs": "run_id command version started_at:time ended_at:time state detail",
    "batches": (
        "run_id batch:int stage version started_at:time seconds:real"
        " items:long kept:long dropped:long reasons:counts written:long superseded:long"
    ),
    "ledger": "stage item version input_hash output_hash kept:bool reason run_id batch:int attempts:int",
    "issues": "stage item reason detail run_id",
    "locations": "role uri document_id bytes:long modified_ns:long gone:bool first_seen:time",
    "pages": (
        "role page url origin via tag item_id title published modified"
        " state reason attempts:int not_before:time added_at:time"
    ),
    "fetches": (
        "fetch_id page url final_url purpose outcome status:int reason detail redirects:texts"
        " media_type charset bytes:long raw_bytes:long sha256 document_id etag last_modified"
        " robots tls_verified:bool attempt:int fetched_at:time archived_at:time seconds:real run_id"
    ),
    "addresses": "page document_id via archived_at:time",
    "hosts": "host failures:int not_before:time robots robots_status robots_at:time",
    "raws": "document_id media_type bytes:long sha256 retrieved_at:time content:bytes charset",
    "extracts": (
        "document_id text blocks:blocks marks:marks"
        " title authors:texts outlet published url language warnings:texts"
    ),
    "documents": (
        "document_id uri text text_key title authors:texts outlet published url language"
        " characters:int offsets_to:ints offsets_from:ints"
    ),
    "blocks": "document_id block:int kind start_at:int end_at:int level:int label text_key",
    "marks": "document_id mark:int kind start_at:int end_at:int target",
    "sentences": "document_id sentence:int start_at:int end_at:int block:int",
    "articles": "document_id uri warnings:texts",
    "references": (
        "document_id reference_id ordinal:int label kind text text_key start_at:int end_at:int"
        " authors:texts title outlet published accessed url publisher"
    ),
    "citations": (
        "document_id citation_id ordinal:int marker start_at:int end_at:int"
        " labels:texts reference_ids:texts claim_id target"
    ),
    "claims": (
        "document_id claim_id ordinal:int text text_key start_at:int end_at:int citation_ids:texts context"
    ),
    "quotes": "document_id quote_id claim_id ordinal:int start_at:int end_at:int text speaker cue",
    "resolutions": "document_id reference_id ordinal:int source_id method score:real reason",
    "embedding_space": "key name weights_sha256 dimension:int",
    "links": (
        "document_id ordinal:int claim_id reference_id role rank:int source_id sentences:ints"
        " start_at:int end_at:int text cosine:real coverage:real score:real features:reals"
    ),
    "verdicts": "document_id ordinal:int claim_id reference_id verdict probability:real features:reals",
    "findings": (
        "finding_id kind document_id uri claim_ids:texts reference_ids:texts labels:texts suggested:texts"
        " reason score:real precision:real measured:int status first_run_id"
    ),
}
