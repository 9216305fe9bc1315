import './styles/tokens.css';
import './styles/base.css';

import { mount } from 'svelte';

import App from './App.svelte';
import { router } from './router/router.svelte';
import { clock } from './stores/clock.svelte';
import { preferences } from './stores/preferences.svelte';

preferences.restore();
router.start();
clock.start();

const target = document.getElementById('console');
if (target !== null) mount(App, { target });
