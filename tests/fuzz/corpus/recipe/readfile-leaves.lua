return readfile "../../../../../../etc/passwd"
