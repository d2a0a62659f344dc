"""The network of EfficientNet-Lite2, for inference: batch normalisation is folded into the convolutions.

Source: Tan and Le 2019, EfficientNet, table 1, scaled by width 1.1 and depth 1.2; the Lite variant has no
squeeze-and-excitation, ReLU6 for swish, and a stem and head that are not scaled.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 260  # pixels of the square input
STEM, HEAD, CLASSES = 32, 1280, 1000  # channels
EPSILON = 1e-3  # of the batch normalisation
# (blocks, channels out, kernel side, stride of the first block, expansion)
STAGES = (
    (1, 16, 3, 1, 1),
    (3, 24, 3, 2, 6),
    (3, 48, 5, 2, 6),
    (4, 88, 3, 2, 6),
    (4, 120, 5, 1, 6),
    (5, 208, 5, 2, 6),
    (1, 352, 3, 1, 6),
)


class Conv(nn.Conv2d):
    """A convolution with bias whose output has ceil(input / stride) pixels, as TensorFlow pads it."""

    def __init__(self, inputs: int, outputs: int, side: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inputs, outputs, side, stride, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        """Pad by what is missing, the odd pixel at the right and bottom, and convolve."""
        (top, bottom), (left, right) = (self._padding(size) for size in x.shape[-2:])
        if (top, left) == (bottom, right):  # the convolution pads faster than a copy does
            return functional.conv2d(x, self.weight, self.bias, self.stride, (top, left), groups=self.groups)
        return super().forward(functional.pad(x, (left, right, top, bottom)))

    def _padding(self, size: int) -> tuple[int, int]:
        side, stride = self.kernel_size[0], self.stride[0]
        missing = max((-(-size // stride) - 1) * stride + side - size, 0)
        return missing // 2, missing - missing // 2


class Block(nn.Module):
    """An inverted residual: widen, convolve each channel alone, narrow; added to the input where shapes allow."""

    def __init__(self, inputs: int, outputs: int, side: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = inputs * expansion
        self.expand = Conv(inputs, inner, 1) if expansion > 1 else None
        self.depthwise = Conv(inner, inner, side, stride, groups=inner)
        self.project = Conv(inner, outputs, 1)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block."""
        inner = functional.relu6(self.expand(x)) if self.expand else x
        narrow: Tensor = self.project(functional.relu6(self.depthwise(inner)))
        return x + narrow if self.residual else narrow


class EfficientNet(nn.Module):
    """EfficientNet-Lite2."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Conv(3, STEM, 3, stride=2)
        self.blocks = nn.Sequential(*_blocks())
        self.head = Conv(STAGES[-1][1], HEAD, 1)
        self.classifier = nn.Linear(HEAD, CLASSES)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Pooled features, shape (n, 1280), and logits, shape (n, 1000), of pixels, shape (n, 3, 260, 260)."""
        x = functional.relu6(self.head(self.blocks(functional.relu6(self.stem(pixels)))))
        features = x.mean(dim=(2, 3))
        return features, self.classifier(features)


def load(path: Path) -> EfficientNet:
    """The network with the weights that `convert` wrote, in float32."""
    from safetensors.torch import load_file

    with torch.device("meta"):  # no time for random numbers that are overwritten at once
        network = EfficientNet()
    network.load_state_dict(load_file(path), assign=True)
    return network.eval().requires_grad_(False)


def convert(published: Path, target: Path) -> None:
    """Fold the published weights, a `.pth` file, into safetensors.

    Only tensors are read from the published file: `weights_only=True` runs nothing that it may hold.
    """
    from safetensors.torch import save_file

    save_file(fold(torch.load(published, map_location="cpu", weights_only=True)), target)


def fold(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The published tensors under this network's names, normalisation folded into weight and bias."""
    names = {"stem": ("_conv_stem", "_bn0"), "head": ("_conv_head", "_bn1")}
    for number in range(sum(stage[0] for stage in STAGES)):
        for ours, conv, norm in (("expand", "_expand_conv", "_bn0"), ("depthwise", "_depthwise_conv", "_bn1")):
            names[f"blocks.{number}.{ours}"] = (f"_blocks.{number}.{conv}", f"_blocks.{number}.{norm}")
        names[f"blocks.{number}.project"] = (f"_blocks.{number}._project_conv", f"_blocks.{number}._bn2")
    del names["blocks.0.expand"]  # the first stage does not widen
    folded = {"classifier.weight": published["_fc.weight"], "classifier.bias": published["_fc.bias"]}
    for ours, (conv, norm) in names.items():
        scale = published[f"{norm}.weight"] / torch.sqrt(published[f"{norm}.running_var"] + EPSILON)
        folded[f"{ours}.weight"] = published[f"{conv}.weight"] * scale[:, None, None, None]
        folded[f"{ours}.bias"] = published[f"{norm}.bias"] - published[f"{norm}.running_mean"] * scale
    return {name: tensor.contiguous() for name, tensor in folded.items()}


def _blocks() -> list[Block]:
    blocks, inputs = [], STEM
    for count, outputs, side, stride, expansion in STAGES:
        for number in range(count):
            blocks.append(Block(inputs, outputs, side, stride if number == 0 else 1, expansion))
            inputs = outputs
    return blocks


__all__ = ["SIDE", "EfficientNet", "convert", "fold", "load"]
