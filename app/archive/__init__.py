"""The archive: signed containers that stay provable for decades, and the register of decisions that only grows."""
