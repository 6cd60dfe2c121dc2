"""What all archives share: which members are taken, and how each becomes an item."""

from __future__ import annotations

from mystage.adapters.inputs.names import clean_member, is_hidden, is_nested_archive, member_url, shown
from mystage.application.ports.readers import InputItem


class Members:
    """Makes the items of one archive.

    Args:
        path: the archive's absolute path.
        label: how the archive is named to the user.
    """

    def __init__(self, path: str, label: str) -> None:
        self._path = path
        self._label = label
        self._seen: dict[str, int] = {}

    def name(self, raw: str) -> str:
        """A clean name for a member, different from all before; "" for one that is passed over."""
        name = clean_member(raw)
        if not name or is_hidden(name):
            return ""
        again = self._seen[name] = self._seen.get(name, 0) + 1
        return name if again == 1 else f"{name}~{again}"

    def item(self, name: str, body: bytes) -> InputItem:
        """A member that was read."""
        if is_nested_archive(name):
            return self.failed(name, "an archive inside of an archive is not opened")
        return InputItem(member_url(self._path, name), self._named(name), body=body)

    def failed(self, name: str, why: str) -> InputItem:
        """A member that could not be taken; "" is the archive itself."""
        if not name:
            return InputItem(
                member_url(self._path, "").removesuffix("#"), shown(self._label), error=f"{shown(self._path)}: {why}"
            )
        return InputItem(
            member_url(self._path, name), self._named(name), error=f"{shown(self._path)}#{shown(name)}: {why}"
        )

    def _named(self, name: str) -> str:
        return f"{shown(self._label)}#{shown(name)}"
