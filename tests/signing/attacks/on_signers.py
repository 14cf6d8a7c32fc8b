"""Attacks by people who may sign something, but not this."""

from dataclasses import replace

from signing import profiles
from signing.sealing import seal
from signing.subjects import Subject
from tests.signing.attacks.corpus import UNDECIDED, attack
from tests.signing.centre import FIRM, PERSON, Centre, files, sealed


@attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def citizen_in_place_of_an_officer(centre: Centre) -> bytes:
    return sealed(centre, centre.signer(profiles.PERSON_SIGNING, PERSON)).to_bytes()


@attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def citizen_who_calls_himself_an_officer(centre: Centre) -> bytes:
    name = Subject.officer("5ABC1DE", "Aygün", "Məmmədova", "00100").name()
    return sealed(centre, centre.signer(profiles.PERSON_SIGNING, name)).to_bytes()


@attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def seal_in_place_of_an_officer(centre: Centre) -> bytes:
    return sealed(centre, centre.signer(profiles.SEAL, FIRM)).to_bytes()


@attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def authentication_certificate(centre: Centre) -> bytes:
    return sealed(centre, centre.signer(profiles.PERSON_AUTHENTICATION, PERSON)).to_bytes()


@attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def time_stamp_unit_as_a_signer(centre: Centre) -> bytes:
    return sealed(centre, centre.signer(profiles.TSA, FIRM)).to_bytes()


@attack(UNDECIDED, "NO_CERTIFICATE_CHAIN_FOUND")
def look_alike_centre(centre: Centre) -> bytes:
    """The same names, other keys."""
    return sealed(Centre(clock=centre.clock)).to_bytes()


@attack(UNDECIDED, "NO_CERTIFICATE_CHAIN_FOUND")
def genuine_time_but_unknown_signer(centre: Centre) -> bytes:
    stranger = Centre("Yad", centre.clock)
    return seal(files(), stranger.signer(), replace(stranger.services, tsa=centre.tsa)).to_bytes()
