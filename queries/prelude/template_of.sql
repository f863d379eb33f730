-- What is left after the first pass is the same for thousands of texts, so in message_templates the second one costs nothing.
CREATE OR REPLACE MACRO template_of(message) AS
  regexp_replace(regexp_replace(_masked(message), '(^|[\s=:,(\[])[-+]#', '\1#', 'g'), '#(?:[.:/-]#)+', '#', 'g');

COMMENT ON MACRO template_of IS 'The template of a text: numbers, hexadecimal numbers and addresses are shown as #, with their signs. Names that hold digits (eth0) stay.';
