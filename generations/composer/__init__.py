"""The composer: its form, the tray of references, presets."""
