"""The design page: every part that pages are made of, in every state; shown in the demonstration only."""
