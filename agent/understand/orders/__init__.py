"""Orders: what people want first, last or in the middle, by a field of the catalog."""

from agent.understand.orders.order import Order, Scope, Trend, ranked
from agent.understand.orders.reader import order_of

__all__ = ["Order", "Scope", "Trend", "order_of", "ranked"]
