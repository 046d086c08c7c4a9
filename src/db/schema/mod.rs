//! What the resource types of AWS hold: their properties, and the attributes that `Fn::GetAtt` takes.
//!
//! Kept as the words of the TOML files and read where they are asked about. Stored apart from the knowledge base, so
//! that only who asks about properties unpacks it. Never says what LocalStack does with a property.

mod node;
mod walk;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use node::Node;
pub(crate) use walk::{Miss, walk};

/// The name under which the schema of a resource's attributes (`DeletionPolicy` and the like) is kept.
pub(crate) const RESOURCE: &str = "Template::Resource";
/// The most that the packed form unpacks to, in bytes.
const MOST: usize = 64 << 20;

/// The schema of each resource type and of each part of a template, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Schemas {
    types: BTreeMap<String, TypeSchema>,
}

/// The schema of one resource type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TypeSchema {
    /// The properties a template can set, as a shape: `Name`, `Name=number`, `Name=[Element]`, `Name={Value}`.
    pub properties: String,
    /// The attributes, as paths; `*` at an end stands for names that only the resource knows.
    pub attributes: Vec<String>,
    /// The properties whose change replaces the resource, as paths.
    pub create_only: Vec<String>,
    /// The shapes that properties name.
    pub shapes: BTreeMap<String, String>,
}

/// Why packed schemas cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// Not a packed form.
    #[error("the schemas of resource types cannot be unpacked")]
    Packing,
    /// Packed from something else.
    #[error("the schemas of resource types cannot be decoded")]
    Decoding(#[from] postcard::Error),
}

impl Schemas {
    /// The schema of a resource type or part of a template; `None` when none is known.
    pub fn get(&self, name: &str) -> Option<&TypeSchema> {
        self.types.get(name)
    }

    /// Every name with its schema, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TypeSchema)> {
        self.types.iter().map(|(name, it)| (name.as_str(), it))
    }

    /// Adds one; whether the name was free.
    pub(crate) fn insert(&mut self, name: String, schema: TypeSchema) -> bool {
        self.types.insert(name, schema).is_none()
    }

    /// Puts `other` over these.
    pub(crate) fn overlay(&mut self, other: Schemas) {
        self.types.extend(other.types);
    }

    /// Reads the form in which `build.rs` stores them: postcard, deflated.
    ///
    /// # Errors
    /// The bytes are something else.
    pub(crate) fn unpack(bytes: &[u8]) -> Result<Schemas, UnpackError> {
        let bytes =
            miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, MOST).map_err(|_| UnpackError::Packing)?;
        Ok(postcard::from_bytes(&bytes)?)
    }
}

impl TypeSchema {
    /// Whether the object at `path` must have `key`; `*` is a step into a list.
    pub fn requires(&self, path: &[String], key: &str) -> bool {
        let mut nodes = vec![Node::root(self)];
        for step in path {
            nodes = match step.as_str() {
                "*" => nodes.iter().flat_map(|it| it.each()).collect(),
                name => nodes.iter().filter_map(|it| it.key(name)).collect(),
            };
        }
        nodes.into_iter().any(|it| it.requires(key))
    }

    /// Whether `Fn::GetAtt` takes this attribute.
    pub fn has_attribute(&self, name: &str) -> bool {
        self.attributes.iter().any(|it| match it.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => it == name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_schemas_unpack() {
        let mut schemas = Schemas::default();
        let schema = TypeSchema { properties: "Name Tags=[Tag]".into(), ..TypeSchema::default() };
        assert!(schemas.insert("AWS::S3::Bucket".into(), schema));
        let packed = miniz_oxide::deflate::compress_to_vec(&postcard::to_stdvec(&schemas).unwrap(), 6);
        assert_eq!(Schemas::unpack(&packed).unwrap(), schemas);
        assert!(matches!(Schemas::unpack(b"no"), Err(UnpackError::Packing)));
    }

    #[test]
    fn what_must_be_there_is_marked() {
        let shapes = [("Tag".to_owned(), "Key! Value".to_owned())].into();
        let schema = TypeSchema { properties: "Name! Tags!=[Tag]".into(), shapes, ..TypeSchema::default() };
        let tag = ["Tags".to_owned(), "*".to_owned()];
        assert!(schema.requires(&[], "Name") && schema.requires(&[], "Tags") && schema.requires(&tag, "Key"));
        assert!(!schema.requires(&tag, "Value") && !schema.requires(&[], "Other"));
    }

    #[test]
    fn an_attribute_can_be_any_below_a_name() {
        let schema = TypeSchema { attributes: vec!["Arn".into(), "Outputs.*".into()], ..TypeSchema::default() };
        assert!(schema.has_attribute("Arn") && schema.has_attribute("Outputs.Url"));
        assert!(!schema.has_attribute("ArnOfIt") && !schema.has_attribute("Outputs"));
    }
}
