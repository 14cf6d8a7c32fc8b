"""The code in the picture: what keeps programs from asking for people one after the other."""
