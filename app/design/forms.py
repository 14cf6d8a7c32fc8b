"""The sample form: one step of a declaration, forty fields of every kind."""

from wtforms import BooleanField, StringField

from app.core.errors import N_
from app.design.choices import COUNTRY_CODES, CURRENCY_CODES
from app.web.forms import ChoicesField, DateField, DecimalField, Form, between, choice, length, optional, required

_MOST = 999_999_999


class SampleForm(Form):
    # General
    direction = StringField(validators=[required(N_("Bəyannamənin növünü seçin.")), choice({"IM", "EX", "TR"})])
    procedure = StringField(validators=[required(N_("Prosedurun kodunu yazın.")), length(least=4, most=4)])
    sheets = DecimalField(validators=[optional(), between(1, 334)])
    items = DecimalField(validators=[required(N_("Malların sayını yazın.")), between(1, 999)])
    packages = DecimalField(validators=[required(N_("Yerlərin sayını yazın.")), between(1, _MOST)])
    own_reference = StringField(validators=[optional(), length(most=22)])
    contract_number = StringField(validators=[optional(), length(most=35)])
    contract_date = DateField(validators=[optional()])
    # Parties
    sender_name = StringField(validators=[required(N_("Göndərənin adını yazın.")), length(most=70)])
    sender_country = StringField(validators=[required(N_("Göndərənin ölkəsini seçin.")), choice(COUNTRY_CODES)])
    sender_address = StringField(validators=[optional(), length(most=140)])
    receiver_name = StringField(validators=[required(N_("Alanın adını yazın.")), length(most=70)])
    receiver_voen = StringField(validators=[required(N_("Alanın VÖEN-ini yazın.")), length(least=10, most=10)])
    receiver_address = StringField(validators=[optional(), length(most=140)])
    receiver_phone = StringField(validators=[optional(), length(most=20)])
    receiver_email = StringField(validators=[optional(), length(most=254)])
    # Transport
    border_mode = StringField(validators=[required(N_("Nəqliyyatın növünü seçin.")), choice(set("123457"))])
    border_vehicle = StringField(validators=[required(N_("Nəqliyyat vasitəsinin nömrəsini yazın.")), length(most=27)])
    trailer = StringField(validators=[optional(), length(most=27)])
    inland_vehicle = StringField(validators=[optional(), length(most=27)])
    container = BooleanField()
    container_number = StringField(validators=[optional(), length(least=11, most=11)])
    loading_place = StringField(validators=[optional(), length(most=35)])
    arrival = DateField(validators=[required(N_("Gəlmə tarixini yazın."))])
    goods_location = StringField(validators=[optional(), length(most=35)])
    delivery_terms = StringField(validators=[required(N_("Çatdırılma şərtini seçin."))])
    delivery_place = StringField(validators=[optional(), length(most=35)])
    # Goods
    description = StringField(validators=[required(N_("Malı təsvir edin.")), length(most=500)])
    code = StringField(validators=[required(N_("Malın kodunu yazın.")), length(least=10, most=10)])
    gross = DecimalField(validators=[required(N_("Brutto çəkini yazın.")), between(0, _MOST)])
    net = DecimalField(validators=[required(N_("Netto çəkini yazın.")), between(0, _MOST)])
    units = DecimalField(validators=[optional(), between(0, _MOST)])
    package_marks = StringField(validators=[optional(), length(most=42)])
    # Value
    currency = StringField(validators=[required(N_("Valyutanı seçin.")), choice(CURRENCY_CODES)])
    invoice = DecimalField(validators=[required(N_("Fakturanın məbləğini yazın.")), between(0, _MOST)])
    freight = DecimalField(validators=[optional(), between(0, _MOST)])
    insurance = DecimalField(validators=[optional(), between(0, _MOST)])
    method = StringField(validators=[required(N_("Qiymətləndirmə metodunu seçin.")), choice(set("123456"))])
    documents = ChoicesField(validators=[required(N_("Ən azı bir sənəd seçin.")), choice({"invoice", "cmr", "origin"})])
    remarks = StringField(validators=[optional(), length(most=500)])
