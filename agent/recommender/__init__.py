"""The recommender: the public class, and the async twins of its calls."""

from agent.recommender.agent import RecommendationAgent

__all__ = ["RecommendationAgent"]
