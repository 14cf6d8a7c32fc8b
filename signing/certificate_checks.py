"""Checks of the signer's certificate: when it was used, who vouches for it, its role, and whether it was revoked.

Each raises a SigningError or gives the facts that its line in the report tells.
"""

from datetime import datetime, timedelta
from itertools import chain, pairwise

from signing.algorithm_policy import check_digest, check_keys, check_strength
from signing.certificates import to_der
from signing.crl import is_issued_by
from signing.errors import Indeterminate, Malformed, WrongCertificate
from signing.examination import Case
from signing.ocsp import is_about, verify_ocsp
from signing.paths import Path, find_path
from signing.people import common_name
from signing.proof_times import SKEW
from signing.report import Warned
from signing.revocation import FRESHNESS, Good
from signing.uses import Use

Facts = dict[str, str]


def time(case: Case) -> Facts:
    """Without a time-stamp nothing but the present is proven: what the signer claims is no proof."""
    case.times = case.proof_times()
    _check_strength(case)
    if case.times is None:
        case.warnings.append(Warned("no_time_stamp"))
        return {"time": moment_text(case.now)}
    if case.claimed_time and case.claimed_time > case.moment + SKEW:
        case.warnings.append(Warned("claimed_later"))
    return {"time": moment_text(case.moment), "unit": common_name(case.times.earliest.certificate)}


def _check_strength(case: Case) -> None:
    """The value by the time for which it is proven, the digests of files by the time for which the files are."""
    check_strength(case.key, case.value_digest, case.moment)
    since = case.times.content_known_since(case.now) if case.times else case.now
    for digest in case.content_digests:
        check_digest(digest, since)


def path(case: Case) -> Facts:
    case.path = find_path(case.certificate, case.known, case.trust, case.moment, Use.SIGNATURE)
    return {"root": common_name(case.path.chain[-1])}


def role(case: Case) -> Facts:
    """By the policy that a pinned authority put into the certificate, never by a text in it."""
    found = _path(case).role
    if found is None or found not in case.policy.roles:
        raise WrongCertificate(f"the signer's role is {found or 'unknown'}")
    return {"role": found.value}


def revocation(case: Case) -> Facts:
    """Only an answer from after the proven time knows that nothing had happened before it."""
    certificate, issuer = case.certificate, _path(case).issuer
    answers = [answer for answer in case.answers if is_about(answer, certificate, issuer)]
    if not answers:
        raise Indeterminate("the signature carries no answer on revocation")
    freshness = timedelta(0) if case.times else FRESHNESS
    for answer in answers:
        case.good = verify_ocsp(answer, certificate, issuer, case.moment, freshness=freshness, others=case.known)
        _check_lateness(case, case.good)
    return {"time": moment_text(case.moment)}


def _check_lateness(case: Case, good: Good) -> None:
    late = good.this_update - case.moment
    if late > case.policy.latest_answer:
        raise Indeterminate("the answer on revocation came too long after the signature")
    if late > case.policy.late_answer:
        case.warnings.append(Warned("late_answer", {"time": moment_text(good.this_update)}))


def authorities(case: Case) -> Facts:
    """Whether those above the signer had been revoked or are too weak; those who vouch for the time were asked with it.

    A leaked or broken authority key can also make answers up, so that the answers have to be older than that, too.
    """
    proven = case.times.content_known_since(case.now) if case.times else case.now
    check_keys(case.vouching, proven)
    unknown = case.evidence.check(_path(case).chain[1:], case.moment, proven)
    for one in dict.fromkeys((*unknown, *(case.times.unknown if case.times else ()))):
        name = common_name(one)
        if case.policy.needs_authorities:
            raise Indeterminate(f"nothing says whether {name} itself was revoked")
        case.warnings.append(Warned("authority_unknown", {"name": name}))
    return {"time": moment_text(case.moment)}


def extras(case: Case) -> Facts:
    """What is not needed to verify has no business in a signature that shall stand in court."""
    stamps = (*case.times.own, *case.times.archive) if case.times else ()
    chains = (_path(case).chain, *(stamp.chain for stamp in stamps))
    needed = {*map(to_der, chain.from_iterable(chains)), *([to_der(case.good.responder)] if case.good else [])}
    carried = [*map(to_der, case.known), *(case.times.carried if case.times else ())]
    pairs = [pair for one in chains for pair in pairwise(one)]
    what = {
        "a certificate": needed.issuperset(carried),
        "an answer on revocation": all(any(is_about(one, *pair) for pair in pairs) for one in case.answers),
        "a revocation list": all(any(is_issued_by(one, issuer) for _, issuer in pairs) for one in case.lists),
    }
    spare = next((name for name, is_needed in what.items() if not is_needed), None)
    if spare and not case.policy.form.allows_more:
        raise Malformed(f"the signature carries {spare} that has nothing to do with it")
    return {}


def moment_text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _path(case: Case) -> Path:
    if case.path is None:
        raise LookupError("the path is checked before what stands on it")
    return case.path
