//! Writes `docs/openapi.json`: `cargo run --example openapi`.

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    fs::write(file, openapi::text()?)?;
    Ok(())
}
