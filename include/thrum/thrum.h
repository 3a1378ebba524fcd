/* libthrum: parallel text analytics over mapped files. This header brings all the others. */
#ifndef THRUM_THRUM_H
#define THRUM_THRUM_H

#include "thrum/api.h"
#include "thrum/buffer.h"
#include "thrum/count.h"
#include "thrum/cursor.h"
#include "thrum/error.h"
#include "thrum/find.h"
#include "thrum/input.h"
#include "thrum/iobench.h"
#include "thrum/mapping.h"
#include "thrum/match.h"
#include "thrum/merge.h"
#include "thrum/output.h"
#include "thrum/pattern.h"
#include "thrum/replace.h"
#include "thrum/run.h"
#include "thrum/share.h"
#include "thrum/version.h"
#include "thrum/words.h"

#endif
