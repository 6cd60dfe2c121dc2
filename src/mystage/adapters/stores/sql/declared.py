"""What a database notes of the collections' declarations, and index values from stored documents."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from mystage.adapters.stores.sql.schema import CollectionTables
from mystage.application.ports.documents import Put
from mystage.application.ports.querying import stored_values
from mystage.domain.errors import Invalid


def note(tables: CollectionTables) -> str:
    """The name of the note that says which indexes a collection has."""
    return f"collection:{tables.collection.name}"


def declared(tables: CollectionTables) -> str:
    """That note's text."""
    indexes = sorted(tables.collection.indexes, key=lambda index: index.field)
    return json.dumps([[index.field, index.array, index.type] for index in indexes])


def index_values(tables: CollectionTables, id: str, body: bytes) -> dict[str, Any]:
    """The index values of a stored document. Raises Invalid for one that its model no longer reads."""
    collection = tables.collection
    try:
        document = collection.model.model_validate_json(body)
    except ValidationError as error:
        raise Invalid(
            f"the stored document does not fit its model, so no new index can be made: {error.errors()[0]['msg']}",
            where=f"{collection.name}/{id}",
            hint="mend or remove the document with the version that wrote it",
        ) from error
    return stored_values(Put(collection.name, id, body, collection.index_values(document)), collection)
