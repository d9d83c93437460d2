"""The only code that talks to DuckDB; all SQL lies in ``sql/``.

===============  ====================================================================
``store``        :class:`~tasks.store.store.Store`: open, read by query name, commit
``batch``        what a stage hands over: outcomes, tables, issues
``rows``         model → Arrow tables
``load``         tables → model
``lock``         one writer a database
``read``         the published copy, read-only and locked down
``verify``       every check of ``sql/checks``
``logical``      hashes that say whether two databases hold the same
``dictionary``   ``docs/schema.md`` out of the schema's own comments
===============  ====================================================================
"""
