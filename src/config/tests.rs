use super::*;

fn parse(text: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::parse(text, "innkeeper.toml", env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
}

#[test]
fn a_wrong_key_is_named_with_its_line_and_the_right_one() {
    let error = parse("bind = \"127.0.0.1:1\"\npublic_ulr = \"https://a\"\n", &[]).unwrap_err().to_string();
    assert!(
        error.contains("line 2")
            && error.contains("public_ulr")
            && error.contains("did you mean `public_url`?"),
        "{error}"
    );
}

#[test]
fn the_environment_goes_over_the_file() {
    let config = parse(
        "[brand]\nname = \"File\"\n",
        &[("INNKEEPER_BRAND_NAME", "Env"), ("INNKEEPER_INVITES_VALID_DAYS", "3")],
    )
    .unwrap();
    assert_eq!((config.brand.name.as_str(), config.invites.valid_days), ("Env", 3));
    let error = parse("", &[("INNKEEPER_DATABSE_URL", "x")]).unwrap_err().to_string();
    assert!(error.contains("did you mean INNKEEPER_DATABASE_URL?"), "{error}");
    let error = parse("", &[("INNKEEPER_BIND", "nowhere")]).unwrap_err().to_string();
    assert!(error.contains("INNKEEPER_BIND"), "{error}");
}

#[test]
fn the_commented_file_is_valid_and_every_example_is_accepted() {
    parse(&Config::commented(), &[]).unwrap();
    let set: String = Config::commented()
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|l| l.contains(" = ")).unwrap_or(line))
        .filter(|l| !l.contains('…') && !l.starts_with('#'))
        .map(|l| format!("{l}\n"))
        .collect();
    parse(&set, &[]).unwrap();
    assert!(set.contains("valid_days = 7"), "{set}");
}
