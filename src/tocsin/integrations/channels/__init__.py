"""Ways to reach people: one folder each, whose class serves `delivery.ports.Channel`, and one line in `registry`."""
