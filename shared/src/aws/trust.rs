//! The trusted root certificates: Amazon's roots, which every AWS service uses, or those of a configured bundle.
//!
//! The platform's roots are not used, because each cold start would read and parse all of them (about 140).

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::runtime::config::Variables;

/// The roots of Amazon Trust Services.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// Trusts the roots of `AWS_CA_BUNDLE` if it is set, otherwise Amazon's
/// ([general settings](https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html)).
#[expect(clippy::expect_used, reason = "it never fails with these settings")]
pub(super) fn context(variables: &mut Variables) -> TlsContext {
    let bundle =
        variables.optional_parsed("AWS_CA_BUNDLE", "the path of certificates in PEM", read);
    let roots = bundle.unwrap_or_else(|| AMAZON_ROOTS.to_vec());
    let store = TrustStore::empty().with_pem_certificate(roots);
    TlsContext::builder().with_trust_store(store).build().expect("a trust store is sufficient")
}

/// Reads a file, if it contains certificates.
fn read(path: &str) -> Option<Vec<u8>> {
    let pem = std::fs::read(path).ok()?;
    (!certificates(&pem)?.is_empty()).then_some(pem)
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'_>>> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use data_encoding::HEXLOWER;
    use sha2::{Digest, Sha256};

    use super::*;

    fn faults_of(bundle: &str) -> String {
        let value = ("AWS_CA_BUNDLE".to_owned(), bundle.to_owned());
        let mut variables = Variables::from(BTreeMap::from([value]));
        context(&mut variables);
        variables.finish().err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_roots_are_the_five_that_amazon_publishes() {
        let found: Vec<String> = certificates(AMAZON_ROOTS)
            .unwrap()
            .iter()
            .map(|certificate| HEXLOWER.encode(&Sha256::digest(certificate)))
            .collect();
        // Amazon Root CA 1 to 4, Starfield Services Root Certificate Authority - G2.
        let published = [
            "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
            "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
            "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
            "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
            "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
        ];
        assert_eq!(found, published);
    }

    #[test]
    fn a_bundle_must_contain_certificates() {
        let here = env!("CARGO_MANIFEST_DIR");
        assert_eq!(faults_of(""), "");
        assert_eq!(faults_of(&format!("{here}/src/aws/amazon_roots.pem")), "");
        for bad in [format!("{here}/src/aws/nothing.pem"), format!("{here}/Cargo.toml")] {
            assert!(faults_of(&bad).contains("AWS_CA_BUNDLE must be"), "{bad}");
        }
    }
}
