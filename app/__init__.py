"""e-Gömrük, the portal. The composition root is `app.factory`; nothing below imports it back."""
