"""The 45 attacks that were asked for, and the threats that concern signing: which test tries each of them."""

from dataclasses import dataclass

ATTACK = "signing/test_attacks.py::test_attack_gets_its_right_answer"
ZIP = "signing/test_zip_attacks.py::test_zip_attack_is_malformed"
PASSED = "TOTAL-PASSED"


@dataclass(frozen=True)
class Demanded:
    """A case in words, the answer that it must get, and the test; one of the corpus by its name there."""

    what: str
    answer: str
    test: str
    name: str = ""

    @property
    def node(self) -> str:
        return f"{self.test}[{self.name}]" if self.name else self.test


def _corpus(what: str, answer: str, name: str) -> Demanded:
    return Demanded(what, answer, ATTACK, name)


def _zip(what: str, name: str) -> Demanded:
    return Demanded(f"zip: {what}", "FORMAT_FAILURE", ZIP, name)


DEMANDED = (
    _corpus("content changed", "HASH_FAILURE", "content_changed"),
    _corpus("attachment changed", "HASH_FAILURE", "attachment_changed"),
    _corpus("attachments swapped", "HASH_FAILURE", "attachments_swapped"),
    _corpus("signature of another declaration", "HASH_FAILURE", "signature_of_another_declaration"),
    _corpus("attachment removed", "SIGNED_DATA_NOT_FOUND", "attachment_removed"),
    _corpus("attachment added", "FORMAT_FAILURE", "attachment_added"),
    _corpus("unknown META-INF entry", "FORMAT_FAILURE", "unknown_entry_in_meta_inf"),
    _corpus("no reference to SignedProperties", "FORMAT_FAILURE", "no_reference_to_the_signed_properties"),
    _corpus("signature over a wrong internal root", "FORMAT_FAILURE", "signature_over_an_internal_root"),
    _corpus("SignedProperties twice with the same Id", "FORMAT_FAILURE", "duplicate_signed_properties"),
    _corpus(
        "SignedProperties moved, a fake left in place", "FORMAT_FAILURE", "signed_properties_moved_to_a_second_object"
    ),
    _corpus("signature inside a signature", "FORMAT_FAILURE", "nested_signature"),
    _corpus(
        "another certificate with the same key",
        "SIG_CRYPTO_FAILURE",
        "certificate_replaced_by_another_with_the_same_key",
    ),
    _corpus("time-stamp of another signature", "HASH_FAILURE", "time_stamp_of_another_signature"),
    _corpus("OCSP answer about another certificate", "TRY_LATER", "revocation_answer_about_another_certificate"),
    _corpus("citizen in place of an officer", "CHAIN_CONSTRAINTS_FAILURE", "citizen_in_place_of_an_officer"),
    _corpus("seal in place of an officer", "CHAIN_CONSTRAINTS_FAILURE", "seal_in_place_of_an_officer"),
    _corpus("authentication certificate", "CHAIN_CONSTRAINTS_FAILURE", "authentication_certificate"),
    _corpus("unknown authority", "NO_CERTIFICATE_CHAIN_FOUND", "look_alike_centre"),
    _corpus("certificate expired and not stamped before", "OUT_OF_BOUNDS_NO_POE", "expired_without_a_time_stamp"),
    _corpus("revoked before the proven time", "REVOKED", "revoked_before_the_signature"),
    Demanded("revoked after the proven time", PASSED, "signing/test_times.py::test_revoked_after_the_signature_passes"),
    Demanded(
        "expired today, stamped while valid",
        PASSED,
        "signing/test_times.py::test_signer_expired_today_but_stamped_in_time_passes",
    ),
    _corpus("SHA-1 digest", "CRYPTO_CONSTRAINTS_FAILURE", "sha1_digest"),
    _corpus("RSA key of 1024 bits", "CRYPTO_CONSTRAINTS_FAILURE", "rsa_1024_leaf"),
    _corpus("XSLT transform on a file", "FORMAT_FAILURE", "transform_on_a_file"),
    _corpus("comment in a digest", "FORMAT_FAILURE", "comment_in_a_digest"),
    _corpus("DOCTYPE with an entity", "FORMAT_FAILURE", "doctype_with_an_entity"),
    _zip("a name twice", "duplicate_name"),
    _zip("a name twice, in other letters", "duplicate_name_in_another_case"),
    _zip("a path upwards", "path_upwards"),
    _zip("an absolute path", "absolute_path"),
    _zip("encrypted", "encrypted"),
    _zip("a bomb", "bomb"),
    _zip("bytes before it", "bytes_before"),
    _zip("mimetype not first", "mimetype_not_first"),
    _zip("mimetype not stored", "mimetype_deflated"),
    _zip("bytes after the end record", "bytes_after"),
    _zip("local name differs from the directory", "local_name_differs"),
    Demanded("two good signatures", PASSED, "signing/test_attacks.py::test_two_signatures_pass_together"),
    Demanded(
        "of two signatures one is bad",
        "the worst of both",
        "signing/test_attacks.py::test_one_bad_signature_spoils_the_container",
    ),
    _corpus("bytes changed in a token's certificate", "FORMAT_FAILURE", "changed_certificate_in_a_time_stamp"),
    _corpus("comment after the root", "FORMAT_FAILURE", "comment_after_the_root"),
    _corpus("a KeyName added", "FORMAT_FAILURE", "key_name_added"),
    Demanded(
        "any byte of a good container changed", "refused", "signing/test_mutations.py::test_every_flip_is_refused"
    ),
)

# Numbers of the threat model.
THREATS = {
    "T07": (
        "sign-in of another provider is replayed or meant for others",
        "unit/adapters/test_openid.py::test_claims_that_are_no_proof_are_refused",
        "web/e_gov/test_e_gov.py::test_answer_counts_once",
    ),
    "T08": (
        "a challenge of the sign-in is used as the hash of a document",
        "web/asan_imza/test_asan_imza.py::test_challenge_is_of_this_site_and_purpose_and_new_each_time",
        f"{ATTACK}[authentication_certificate]",
    ),
    "T09": (
        "other bytes are signed than were shown",
        "signing/test_creating.py::test_file_changed_between_the_steps_is_found",
        "signing/test_creating.py::test_container_that_came_back_is_compared_and_completed",
    ),
    "T10": (
        "“I never signed”",
        "signing/test_alone.py::test_a_container_is_verified_with_the_root_alone",
        "signing/test_times.py::test_thirty_years_under_three_centres",
    ),
    "T19": (
        "look-alike authority, wrapped signature, swapped document",
        "signing/pki/test_paths.py::test_a_look_alike_authority_is_not_trusted",
        "signing/test_mutations.py::test_changed_structures_are_refused",
    ),
    "T21": (
        "addresses in a stranger's certificate are called",
        "signing/pki/test_clients.py::test_only_configured_issuers_are_asked_about",
        "signing/pki/test_egress.py::test_only_listed_places_are_asked",
    ),
}
