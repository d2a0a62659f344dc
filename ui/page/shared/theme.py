"""Colours and letters of the parts that Gradio draws; ours are in page.css."""

from __future__ import annotations

import gradio as gr

LETTERS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Noto Sans",
    "PingFang SC",
    "Noto Sans CJK SC",
    "sans-serif",
)
DIGITS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """Quiet greys and one warm colour, each readable on its ground."""
    made: gr.themes.Base = gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        font=LETTERS,
        font_mono=DIGITS,
        radius_size=gr.themes.sizes.radius_lg,
    ).set(
        body_background_fill="#faf9f7",
        body_background_fill_dark="#171614",
        body_text_color="#22201d",
        body_text_color_dark="#efece6",
        body_text_color_subdued="#5f5a52",
        body_text_color_subdued_dark="#b3ada2",
        block_info_text_color="#5f5a52",
        block_info_text_color_dark="#b3ada2",
        block_label_text_color="#4a463f",
        block_label_text_color_dark="#cfc9bd",
        block_background_fill="#ffffff",
        block_background_fill_dark="#211f1c",
        block_border_color="#e5e1da",
        block_border_color_dark="#3a3732",
        input_background_fill="#ffffff",
        input_background_fill_dark="#211f1c",
        input_border_width="1px",
        input_border_color="#8a8479",
        input_border_color_dark="#8a8479",
        input_placeholder_color="#6d675e",
        input_placeholder_color_dark="#a39d92",
        button_primary_background_fill="#0f6b5f",
        button_primary_background_fill_hover="#0b5349",
        button_primary_background_fill_dark="#5cc4b3",
        button_primary_background_fill_hover_dark="#7ad4c5",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#0d1f1c",
    )
    return made
