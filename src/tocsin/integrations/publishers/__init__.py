"""Where texts of Tocsin are to be read besides: one folder a product."""
