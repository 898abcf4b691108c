return ("%p"):format({})
