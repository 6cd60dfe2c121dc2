"""Single writes of a commit, as protobuf messages."""

from __future__ import annotations

from typing import Any, Final

from google.cloud.firestore_v1.types import write as messages

_WRITE: Final[Any] = messages.Write.pb()
_REQUEST_TIME: Final = 1


def written(document: Any, seen: Any | None) -> Any:
    """Write the whole document: `seen` is the update time it must still have, None: it must not exist."""
    write = _WRITE(update=document)
    if seen is None:
        write.current_document.exists = False
    else:
        write.current_document.update_time.CopyFrom(seen)
    return write


def removed(name: str, seen: Any | None = None, *, there: bool | None = None) -> Any:
    """Remove a document: that of update time `seen`; else any, which (with `there`) must, or must not, exist."""
    write = _WRITE(delete=name)
    if seen is not None:
        write.current_document.update_time.CopyFrom(seen)
    elif there is not None:
        write.current_document.exists = there
    return write


def stamped(document: Any, field: str) -> Any:
    """Create a document whose `field` the server sets to its time."""
    write = written(document, None)
    transform = write.update_transforms.add()
    transform.field_path = field
    transform.set_to_server_value = _REQUEST_TIME
    return write


def added(document: Any, field: str, amount: int) -> Any:
    """Add to the number in `field` of a document that may not exist; its other fields are set to `document`'s."""
    write = _WRITE(update=document)
    write.update_mask.field_paths.extend(sorted(document.fields))
    transform = write.update_transforms.add()
    transform.field_path = field
    transform.increment.integer_value = amount
    return write
