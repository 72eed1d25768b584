//! Writes the documents of the API to `docs/`: `cargo run --example openapi`.

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for (name, text) in openapi::files()? {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
