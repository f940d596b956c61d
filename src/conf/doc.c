#include "conf/conf_int.h"

bool
conf_doc(size_t k, struct conf_doc *out)
{
	const struct conf_row *row;

	if (k >= conf_rows_n)
		return false;
	row = &conf_rows[k];
	*out = (struct conf_doc){
		.section = conf_kinds[row->kind],
		.key = row->key,
		.type = row->text,
		.def = row->def != NULL && *row->def != '\0' ? row->def : row->none,
		.help = row->help,
	};
	return true;
}
