"""The colours of a picture as sRGB, by the profile it carries. Runs only inside the decoding process."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

MOST_BYTES = 4 * 1024 * 1024  # of a profile; those of print have half a megabyte to two
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
_SRGB = ImageCms.createProfile("sRGB")
_LAB = ImageCms.createProfile("LAB")
# What a profile that is damaged, or for other colours than it says, is refused with.
_NO_PROFILE = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


def in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The picture in RGB by its ICC profile; as it is where it carries none, or one that does not suit it.

    Args:
        image: RGB, L, CMYK or LAB.
        profile: The bytes of its profile, or what else stands in its place.
    """
    if image.mode == "LAB":
        return _converted(image, ImageCms.ImageCmsProfile(_LAB)) or image
    if not isinstance(profile, bytes) or not 0 < len(profile) <= MOST_BYTES:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES.get(source.profile.xcolor_space.strip(), "")
    except _NO_PROFILE:
        return image
    if mode == "L" and image.mode == "RGB":
        image = image.convert("L")
    return (_converted(image, source) if mode == image.mode else None) or image


def _converted(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image | None:
    """The picture in sRGB; None where the profile turns out to be none."""
    try:
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except _NO_PROFILE:
        return None
