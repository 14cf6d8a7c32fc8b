"""The store of documents: what people upload, looked through before it is kept, shown to those who may see it."""
