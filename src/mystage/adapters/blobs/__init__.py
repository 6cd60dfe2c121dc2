"""Blob stores: in a folder, and a twin in memory."""

from mystage.adapters.blobs.folder import FolderBlobs
from mystage.adapters.blobs.memory import MemoryBlobs

__all__ = ["FolderBlobs", "MemoryBlobs"]
