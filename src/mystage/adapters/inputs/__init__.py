"""Inputs: files, folders, archives, and the manifest of sources."""

from mystage.adapters.inputs.limits import ArchiveLimits
from mystage.adapters.inputs.manifest import load_manifest
from mystage.adapters.inputs.reader import FileInputs

__all__ = ["ArchiveLimits", "FileInputs", "load_manifest"]
