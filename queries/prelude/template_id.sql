-- Of the template alone, so that it is the same in every capture and on every machine. 48 bits.
CREATE OR REPLACE MACRO template_id(template) AS left(md5(template), 12);

COMMENT ON MACRO template_id IS 'A short name for a template, 12 hexadecimal digits, the same in every capture: template_id(template_of(message)).';
