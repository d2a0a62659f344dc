"""Values as people spell them: numbers and their units, prices, dates, yes and no, lists, and what means nothing."""
