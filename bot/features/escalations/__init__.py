"""A question on its way to somebody who knows: offered, claimed, answered, confirmed."""
