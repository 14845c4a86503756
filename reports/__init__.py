"""What people look at: terminal tables, Markdown and the export formats, all drawn from one document."""
