"""People: what they told, what they like, what they object to, and what is forgotten on their word."""

from agent.people.feedback import Feedback, People
from agent.people.person_profile import Mark, Profile, Trait
from agent.people.privacy import Forgotten, export, forget, opt_out
from agent.people.taste import Taste, TasteSources, taste_of

__all__ = [
    "Feedback",
    "Forgotten",
    "Mark",
    "People",
    "Profile",
    "Taste",
    "TasteSources",
    "Trait",
    "export",
    "forget",
    "opt_out",
    "taste_of",
]
