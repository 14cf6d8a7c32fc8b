"""The services that the portal offers, as its front page shows and explains them."""
