"""The object identifiers that the library writes or looks for, as dotted strings.

The project's own arc is 2.25.<UUID>, which ITU-T X.667 lets anyone use without registration:
    .1    certificate policies of the emulated national centre (.1 person signing, .2 person authentication,
          .3 customs officer, .4 organisation seal, .5 time-stamp unit, .6 OCSP responder)
    .2.1  the policy of its time-stamps
"""

OWN = "2.25.50133427445918066392126504060440347169"

POLICY_PERSON = f"{OWN}.1.1"
POLICY_AUTHENTICATION = f"{OWN}.1.2"
POLICY_OFFICER = f"{OWN}.1.3"
POLICY_SEAL = f"{OWN}.1.4"
POLICY_TSA = f"{OWN}.1.5"
POLICY_OCSP = f"{OWN}.1.6"
POLICY_TIMESTAMP = f"{OWN}.2.1"

ORGANIZATION_ID = "2.5.4.97"

# Qualified certificate statements, ETSI EN 319 412-5.
QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
QC_COMPLIANCE = "0.4.0.1862.1.1"
QC_DEVICE = "0.4.0.1862.1.4"
QC_TYPE = "0.4.0.1862.1.6"
QC_TYPE_SIGNATURE = "0.4.0.1862.1.6.1"
QC_TYPE_SEAL = "0.4.0.1862.1.6.2"

# Cryptographic message syntax (RFC 5652) and time-stamps (RFC 3161, RFC 5035).
DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"

# OCSP (RFC 6960).
OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1"
OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2"

SHA1 = "1.3.14.3.2.26"
SHA256 = "2.16.840.1.101.3.4.2.1"
SHA384 = "2.16.840.1.101.3.4.2.2"
SHA512 = "2.16.840.1.101.3.4.2.3"

RSA = "1.2.840.113549.1.1.1"
RSA_SHA256 = "1.2.840.113549.1.1.11"
RSA_SHA384 = "1.2.840.113549.1.1.12"
RSA_SHA512 = "1.2.840.113549.1.1.13"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
ECDSA_SHA384 = "1.2.840.10045.4.3.3"
ECDSA_SHA512 = "1.2.840.10045.4.3.4"
