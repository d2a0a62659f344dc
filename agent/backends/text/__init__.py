"""Text encoders: texts become unit vectors."""
