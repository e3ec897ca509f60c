"""What goes out to the app: the document's bodies, the deliveries on their way, and their order."""
