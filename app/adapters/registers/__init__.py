"""The registers of the state, asked over SOAP: bounded in time and size, left alone for a while when they fail."""

from app.adapters.registers.population import Population
from app.adapters.registers.taxpayers import Taxpayers

__all__ = ["Population", "Taxpayers"]
