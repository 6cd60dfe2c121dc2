"""Pictures as they are served, and what became of the addresses that they come from."""

from __future__ import annotations

from mystage.application.ports.blobs import BlobStore
from mystage.application.ports.documents import DocumentStore
from mystage.application.ports.images import WIDTHS
from mystage.application.unit_of_work import UnitOfWork, where
from mystage.domain.errors import NotFound
from mystage.domain.pipeline.images import PICTURES, URL_IMAGES, ImageState, PictureVariant, UrlImage


class ReadPictures:
    """Reads pictures."""

    def __init__(self, store: DocumentStore, blobs: BlobStore) -> None:
        self._store = store
        self._blobs = blobs

    async def variant(self, id: str, width: int) -> PictureVariant:
        """The size to serve where `width` pixels are asked for: never enlarged, so a small picture comes in its own width.

        Raises NotFound for a picture that there is not, or a width that nobody may ask for.
        """
        if width not in WIDTHS:
            hint = f"widths: {', '.join(map(str, WIDTHS))}"
            raise NotFound("pictures are not made in this width", where=str(width), hint=hint)
        picture = await UnitOfWork(self._store).of(PICTURES).get(id)
        if picture is None:
            raise NotFound("there is no such picture", where=id[:80], hint="`image` of a search hit names one")
        fitting = [variant for variant in picture.variants if variant.width >= width]
        return fitting[0] if fitting else picture.variants[-1]

    async def bytes_of(self, variant: PictureVariant) -> bytes:
        """The WebP file of a size."""
        return await self._blobs.get(variant.blob)

    async def addresses(self, *, state: ImageState | None = None, limit: int = 100) -> list[UrlImage]:
        """Addresses of images with what their last visit found, by id."""
        asked = () if state is None else where(state=state.value)
        return await UnitOfWork(self._store).of(URL_IMAGES).find(*asked, limit=limit)
