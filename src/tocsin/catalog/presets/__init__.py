"""The five severity tables that ship, one a module, and what their author chose where a source is silent."""
