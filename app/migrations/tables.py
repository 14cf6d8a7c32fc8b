"""Every table of the portal: importing this module is what makes the metadata whole."""

import app.accounts.models
import app.administration.models
import app.archive.models
import app.border_goods.models
import app.contracts.models
import app.core.audit
import app.core.idempotency
import app.core.limits
import app.core.outbox
import app.core.service_counts
import app.disclosures.models
import app.documents.models
import app.gooen.models
import app.notifications.models
import app.picture_codes.models
import app.reference.models
import app.systems.models  # noqa: F401
from app.core.db import Model

metadata = Model.metadata
