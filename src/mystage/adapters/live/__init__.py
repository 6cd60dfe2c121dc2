"""Live sources: one module with `begin` and `after`, and one entry of `manifest.toml`, for each API. All pure."""

from mystage.adapters.live.registry import ManifestLive

__all__ = ["ManifestLive"]
