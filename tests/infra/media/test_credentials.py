"""Content Credentials are read before anything strips them, and only what validates is believed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nightmarket.infra.media.job import CredentialsState, RenderJob
from nightmarket.infra.media.workshop import Workshop
from tests.infra.media.films import EAGER, make
from tests.shared_data import need

AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CAMERA = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
Key = ec.EllipticCurvePrivateKey


def certificate(
    subject: str, key: Key, issuer: x509.Certificate | None, issuer_key: Key
) -> x509.Certificate:
    """Issue what C2PA asks of a signer, or of its root when there is no issuer."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject),
            x509.NameAttribute(NameOID.COMMON_NAME, subject),
        ]
    )
    is_root = issuer is None
    now = datetime(2026, 1, 1, tzinfo=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_root,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_root,
                crl_sign=is_root,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not is_root:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def signed(path: Path, source_type: str) -> tuple[Path, str]:
    """Sign a film with a fresh chain; return it with the root in PEM."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate("Test Root", root_key, None, root_key)
    leaf = certificate("Test Camera Works", key, root, root_key)
    chain = b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (leaf, root))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    manifest = {
        "claim_generator_info": [{"name": "Nightmarket tests", "version": "1"}],
        "assertions": [
            {
                "label": "c2pa.actions",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": source_type}]},
            }
        ],
    }
    info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, private, None)
    target = path.with_name(f"signed-{path.name}")
    with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(manifest)) as builder:
        builder.sign_file(str(path), str(target), signer)
    return target, root.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.feature("V75")
async def test_a_signed_claim_is_believed_as_far_as_its_signer(
    workshop: Workshop, tmp_path: Path
) -> None:
    """On the trust list: valid. Not on it: intact, and the AI claim still counts."""
    film, root = signed(make(tmp_path / "film.mp4"), AI)

    valid = await workshop.credentials(str(film), anchors_pem=root, limits=EAGER)
    stranger = await workshop.credentials(str(film), anchors_pem="", limits=EAGER)

    assert valid.state is CredentialsState.VALID
    assert valid.is_ai_generated
    assert valid.source_types == ("trainedAlgorithmicMedia",)
    assert valid.claim_generator == "Nightmarket tests"
    assert valid.signer == "Test Camera Works"
    assert valid.failures == ()
    assert stranger.state is CredentialsState.UNTRUSTED
    assert stranger.is_ai_generated
    assert stranger.failures == ("signingCredential.untrusted",)


@pytest.mark.feature("V75")
async def test_an_altered_film_proves_nothing(workshop: Workshop, tmp_path: Path) -> None:
    """One byte of the picture changed: the claim is still there, and is not believed."""
    film, root = signed(make(tmp_path / "film.mp4"), AI)
    data = bytearray(film.read_bytes())
    data[data.index(b"mdat") + 2000] ^= 0xFF
    film.write_bytes(data)

    told = await workshop.credentials(str(film), anchors_pem=root, limits=EAGER)

    assert told.state is CredentialsState.INVALID
    assert not told.is_ai_generated
    assert told.source_types == ("trainedAlgorithmicMedia",)
    assert "assertion.bmffHash.mismatch" in told.failures


async def test_a_camera_film_is_not_called_ai(workshop: Workshop, tmp_path: Path) -> None:
    """The label follows the source type, not the presence of credentials."""
    film, root = signed(make(tmp_path / "film.mp4"), CAMERA)

    told = await workshop.credentials(str(film), anchors_pem=root, limits=EAGER)

    assert (told.state, told.is_ai_generated) == (CredentialsState.VALID, False)


async def test_publishing_strips_credentials_so_they_are_read_before(
    workshop: Workshop, tmp_path: Path, folder: Path
) -> None:
    """The trap that this order of work avoids."""
    film, root = signed(make(tmp_path / "film.mp4"), AI)
    result = await workshop.render(
        RenderJob(str(film), str(folder), limits=EAGER), lambda _note: None
    )
    assert result.first is not None
    for name in (result.first.file, result.renditions[0].file):
        told = await workshop.credentials(str(folder / name), anchors_pem=root, limits=EAGER)
        assert told.state is CredentialsState.NONE


async def test_films_without_credentials_have_none(workshop: Workshop, tmp_path: Path) -> None:
    """Nothing claimed, nothing shown."""
    told = await workshop.credentials(
        str(make(tmp_path / "film.mp4")), anchors_pem="", limits=EAGER
    )
    assert (told.state, told.is_ai_generated) == (CredentialsState.NONE, False)


@pytest.mark.feature("V75")
@pytest.mark.parametrize(
    ("file", "state", "is_ai_generated"),
    [
        ("example-assets/Firefly_tabby_cat.jpg", "untrusted", True),
        ("example-assets/ChatGPT_Image.png", "invalid", False),
        ("example-assets/crater-lake-cr.jpg", "none", False),
        ("public-testfiles/adobe-20220124-A.jpg", "none", False),
        ("public-testfiles/adobe-20220124-C.jpg", "untrusted", False),
        ("public-testfiles/adobe-20220124-E-clm-CAICAI.jpg", "invalid", False),
        ("public-testfiles/adobe-20220124-E-dat-CA.jpg", "invalid", False),
        ("public-testfiles/adobe-20220124-E-sig-CA.jpg", "invalid", False),
        ("public-testfiles/adobe-20220124-E-uri-CA.jpg", "invalid", False),
        ("public-testfiles/adobe-20220124-XCA.jpg", "invalid", False),
        ("public-testfiles/nikon-20221019-building.jpeg", "invalid", False),
    ],
)
async def test_real_credentials(
    workshop: Workshop, file: str, state: str, *, is_ai_generated: bool
) -> None:
    """Tampered, expired and remote ones are told apart from honest ones; nothing is fetched."""
    anchors = need("c2pa/trust-list/C2PA-TRUST-LIST.pem").read_text()
    media_type = "image/png" if file.endswith("png") else "image/jpeg"

    told = await workshop.credentials(
        str(need(f"c2pa/{file}")), media_type=media_type, anchors_pem=anchors, limits=EAGER
    )

    assert (told.state.value, told.is_ai_generated) == (state, is_ai_generated)
